"""What an agent does, contract by contract: declared, seen on a real program and on its stand-in, and compared."""
