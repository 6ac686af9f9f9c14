"""The chaos run: everything is killed at random moments, then every recorded frame is looked for in the database."""
