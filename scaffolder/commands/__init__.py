"""The commands of the scaffolder: one module for each group of the command line."""
