"""The servers a commune can start without installing any: PostgreSQL from a wheel, an MQTT broker from another."""
