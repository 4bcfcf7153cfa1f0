"""Ready files for the schedulers that people have: cron, systemd and GitHub Actions."""

CRON = """\
# Add with `crontab -e`. Exit code 75 (a crawl is still running) is no fault: the next turn comes.
*/15 * * * * {command}"""

SYSTEMD = """\
# ~/.config/systemd/user/onrecord.service
[Unit]
Description=On Record: crawl what is due
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart={command}
SuccessExitStatus=75

# ~/.config/systemd/user/onrecord.timer
[Unit]
Description=On Record: every 15 minutes

[Timer]
OnCalendar=*:0/15
Persistent=true
RandomizedDelaySec=60

[Install]
WantedBy=timers.target

# Then: systemctl --user daemon-reload && systemctl --user enable --now onrecord.timer"""

GITHUB = """\
# .github/workflows/crawl.yml: the archive and its WARC files live in the repository's cache
# and leave it as an artifact, also after a crawl with faults (exit code 1). For years of keeping,
# use a machine of your own.
name: crawl
on:
  schedule:
    - cron: "*/30 * * * *"
  workflow_dispatch:
concurrency: crawl
jobs:
  crawl:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
          cache: pip
      - run: pip install -c constraints.txt .
      - uses: actions/cache/restore@v4
        with:
          path: |
            {name}
            {warcs}
          key: archive-${{{{ github.run_id }}}}
          restore-keys: archive-
      - run: onrecord crawl --due --db {name}{sources}
      - uses: actions/cache/save@v4
        if: always()
        with:
          path: |
            {name}
            {warcs}
          key: archive-${{{{ github.run_id }}}}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: archive
          path: |
            {name}
            {warcs}"""

SCHEDULES = {"cron": CRON, "systemd": SYSTEMD, "github": GITHUB}
