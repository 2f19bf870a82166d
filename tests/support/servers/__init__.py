"""Servers on loopback that speak the vendors' protocols, each judged by its vendor's official client."""
