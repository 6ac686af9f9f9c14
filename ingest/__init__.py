"""What comes from the field: MQTT, HTTP and files turned into readings and rejections."""
