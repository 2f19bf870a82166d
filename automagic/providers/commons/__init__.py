"""Pictures from Wikimedia Commons and Openverse."""
