"""The server around the pages: memory, releases that change, and the first visit before the first reader."""
