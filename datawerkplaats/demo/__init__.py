"""The fictional province Veenland: polygons, people and deliveries in the wire format of the real services."""
