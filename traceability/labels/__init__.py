"""Labels: QR codes and EAN-13 bars on sheets and rolls, each code read back before anybody may print it."""
