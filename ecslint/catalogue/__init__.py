"""Rules as people and tools see them: pages, tables, SARIF descriptors."""
