"""The words of the domain: frozen data, pure rules, settings, text, errors and the store."""
