"""How results of the product `ads` are shown, a file each."""
