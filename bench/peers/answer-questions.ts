import { createInterface } from 'node:readline'

type Answers = Record<string, (value: number) => Promise<object>>

/** Answers {"name": value} lines by the function of that name, with the milliseconds that it took. */
export async function answerQuestions(answers: Answers): Promise<void> {
  const say = (answer: object) => process.stdout.write(JSON.stringify(answer) + '\n')
  say({ ready: true })
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, value] = Object.entries(JSON.parse(line) as Record<string, number>)[0]!
    const before = process.cpuUsage()
    const started = performance.now()
    const answer = await answers[name]!(value)
    const wall = performance.now() - started
    const { user, system } = process.cpuUsage(before)
    say({ ...answer, wall, cpu: (user + system) / 1000 })
  }
  process.exit(0)
}
