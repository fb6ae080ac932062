"""What integration tests drive the programs with: processes, the simulator, the daemon, HTTP."""
