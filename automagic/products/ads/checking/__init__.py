"""Lines of ads, and packages of them, are held against their brief and the facts of platforms."""
