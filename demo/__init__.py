"""The fictional province Veenland: map, people and deliveries in the wire format of the real services."""
