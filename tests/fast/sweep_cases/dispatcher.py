"""The SDK of Claude Code."""

import claude_agent_sdk
from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient, query


async def start(prompt):
    async for message in query(prompt=prompt):  #= start claude/claude id=none
        print(message)


async def resume(prompt, session):
    options = ClaudeAgentOptions(resume=session)
    async with ClaudeSDKClient(options) as client:  #= resume claude/claude id=stored
        await client.query(prompt)  # asks what runs already


async def again(prompt):
    options = ClaudeAgentOptions(continue_conversation=True)
    async for message in claude_agent_sdk.query(prompt=prompt, options=options):  #= resume claude/claude id=newest
        print(message)
