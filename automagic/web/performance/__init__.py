"""The performance layer over HTTP, under /performance, or under the prefix where somebody mounts `performance_router`.

Every figure is measured in the process that answers (`automagic.performance`), or is one that the command line shows.
"""
