"""The portal project: composition at the top, the extension kit at the bottom."""
