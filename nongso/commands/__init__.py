"""The commands of the kernel itself: thin, a file each."""
