"""From a photo to a decision: no Django here, and importing the package loads no face library."""
