"""The tiers that caches are made of: memory, and a server that machines share. What they keep is not their affair."""
