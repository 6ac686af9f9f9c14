"""The one door to everybody's data: JSON for programs, HTML without script for weak links, sign-in for all."""
