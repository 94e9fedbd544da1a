"""Who carries notices out of the house: one provider for each channel, chosen by the settings."""
