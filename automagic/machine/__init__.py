"""This machine: processes, memory, containers, network addresses, locks, logs."""
