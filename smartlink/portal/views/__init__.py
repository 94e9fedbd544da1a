"""The pages. Each carries a gate (`smartlink.portal.gates`) and leaves every rule to a service."""
