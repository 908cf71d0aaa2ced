"""Open data: the Directory in the forms that other programs read. Pure functions; which file stands where is `files`."""
