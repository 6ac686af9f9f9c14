"""The whole house on one machine, to try it: servers, programs, a simulated farm, sample people and papers."""
