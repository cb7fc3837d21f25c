"""Templates as documents: what they are composed of, their parameters, the files beside them."""
