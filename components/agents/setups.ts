/**
 * What to paste where, for each agent: exactly what `docs/agents` was tried with. The program that is installed and never
 * `npx -y`, which would run whatever a registry has under the name.
 */
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
        `--env CONSENT_GUARD_TOKEN=${token} -- consent-guard mcp`,
    },
    {
      name: 'OpenClaw',
      text:
        `openclaw mcp add consent-guard --command consent-guard --arg mcp --timeout 600 ` +
        `--env CONSENT_GUARD_URL=${url} --env CONSENT_GUARD_TOKEN=${token}`,
    },
    {
      name: 'Hermes',
      text: [
        '# ~/.hermes/config.yaml',
        'mcp_servers:',
        '  consent-guard:',
        '    command: consent-guard',
        '    args: ["mcp"]',
        '    env:',
        `      CONSENT_GUARD_URL: ${url}`,
        `      CONSENT_GUARD_TOKEN: ${token}`,
        '    timeout: 900',
        '    connect_timeout: 60',
      ].join('\n'),
    },
  ]
}
