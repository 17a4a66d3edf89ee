"""Why `claude --resume ID` says `No conversation found with session ID`: facts off the disk and /proc, and a judgement
that looks at nothing but the facts."""
