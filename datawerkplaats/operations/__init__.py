"""Keeping an installation running: backup and restore, units, figures about the installation itself, and notices."""
