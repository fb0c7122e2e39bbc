"""Partners' micro deliveries: checked at the door, kept in private, counted, and protected together before anything
leaves.
"""
