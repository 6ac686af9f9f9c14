"""GS1 identifiers: check digits, application identifiers, element strings, Digital Link URIs, EPC URNs and our own local codes."""
