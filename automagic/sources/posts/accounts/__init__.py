"""Accounts whose posts are read from their network, by one file each."""
