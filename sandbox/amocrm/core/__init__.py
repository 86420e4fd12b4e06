"""What everything else stands on: storage, time, faults, limits, the world object."""
