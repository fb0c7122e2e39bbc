"""The board: blocks and a timeline to print, and the photo of them read back.

People read colour, pattern and word; the camera reads a tag inside the pattern. `kinds` declares the blocks, `layout` says
where everything lies, `sheets` draws it, `recognise` reads a photo and asks again rather than guess.
"""
