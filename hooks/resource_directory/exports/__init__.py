"""Open data: the Directory in forms that other programs read. Pure functions; which file stands where is `files`."""
