"""The command line: parse the arguments, call, print; one file per product."""
