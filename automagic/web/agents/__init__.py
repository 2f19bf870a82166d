"""Tools for agents, by the Model Context Protocol: the same routes as over HTTP, through the same guard.

    agent ─▶ server (stdio, or /mcp) ─▶ tools ─▶ inside ─▶ the application

An agent plans before it makes, is given a run's id at once, and waits at most as long as its client lets a call last.
"""
