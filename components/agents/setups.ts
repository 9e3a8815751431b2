/** What to paste where, for each agent: exactly what `docs/agents` was tried with. */
export interface Setup {
  name: string
  text: string
}

export function setupsFor(url: string, token: string): Setup[] {
  return [
    {
      name: 'Claude Code',
      text:
        `claude mcp add consent-guard --scope user --env CONSENT_GUARD_URL=${url} ` +
        `--env CONSENT_GUARD_TOKEN=${token} -- npx -y consent-guard mcp`,
    },
    {
      name: 'OpenClaw',
      text:
        `openclaw mcp add consent-guard --command npx --arg -y --arg consent-guard --arg mcp --timeout 600 ` +
        `--env CONSENT_GUARD_URL=${url} --env CONSENT_GUARD_TOKEN=${token}`,
    },
    {
      name: 'Hermes',
      text: [
        '# ~/.hermes/config.yaml',
        'mcp_servers:',
        '  consent-guard:',
        '    command: npx',
        '    args: ["-y", "consent-guard", "mcp"]',
        '    env:',
        `      CONSENT_GUARD_URL: ${url}`,
        `      CONSENT_GUARD_TOKEN: ${token}`,
        '    timeout: 900',
        '    connect_timeout: 60',
      ].join('\n'),
    },
  ]
}
