"""What is here of a source, laid into a bag for those who keep it."""
