"""What is approved of a package becomes files that platforms take."""
