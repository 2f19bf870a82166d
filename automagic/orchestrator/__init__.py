"""How work runs: memoised steps, the artifact store, limits and events. Knows nothing of videos."""
