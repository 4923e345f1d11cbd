// Everything a command that stays connected reacts to, as one row of inputs.
import Dispatch
import Foundation
import SottoClient

struct LiveFeed: Sendable {
    enum Input: Sendable {
        case event(ClientEvent)
        /// A line of standard input. Ask for more with `takeLine`.
        case line(String)
        case endOfLines
        /// A pause asked for with `pause` is over.
        case pause
        /// What `settle` began is done; or how far it came.
        case settled(Failure?)
        /// SIGINT or SIGTERM.
        case interrupted
        /// Staying connected makes no sense any more.
        case failed(Failure)
    }

    private typealias Job = @Sendable () async -> Input

    let inputs: AsyncStream<Input>
    private let input: AsyncStream<Input>.Continuation
    private let jobs: AsyncStream<Job>.Continuation
    private let linesWanted = DispatchSemaphore(value: 0)

    /// Stays connected while the body reads the inputs. Nothing of it goes on after this returns.
    static func run(
        _ client: SottoClient, readsLines: Bool = false, _ body: (LiveFeed) async throws -> Void
    ) async throws {
        let (inputs, input) = AsyncStream.makeStream(of: Input.self)
        let (jobs, job) = AsyncStream.makeStream(of: Job.self)
        let feed = LiveFeed(inputs: inputs, input: input, jobs: job)
        let events = await client.events()
        let signals = feed.watchSignals()
        defer { for signal in signals { signal.cancel() } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                do { try await client.run() } catch { input.yield(.failed(Failure(error))) }
            }
            group.addTask {
                for await event in events { input.yield(.event(event)) }
            }
            group.addTask {
                await withDiscardingTaskGroup { running in
                    for await job in jobs { running.addTask { input.yield(await job()) } }
                }
            }
            if readsLines { feed.readLines() }
            for _ in 0..<linesAhead { feed.takeLine() }
            try await body(feed)
        }
    }

    /// Makes room for one more line of standard input.
    func takeLine() {
        linesWanted.signal()
    }

    func pause(for duration: Duration) {
        jobs.yield {
            try? await Task.sleep(for: duration)
            return .pause
        }
    }

    /// Sends and fetches what there is while inputs go on; `.settled` follows.
    func settle(_ work: @escaping @Sendable () async -> Failure?) {
        jobs.yield { .settled(await work()) }
    }

    /// Reading blocks, so it has a thread of its own, which goes with the process.
    private func readLines() {
        Thread.detachNewThread {
            linesWanted.wait()
            while let line = readLine() {
                input.yield(.line(line))
                linesWanted.wait()
            }
            input.yield(.endOfLines)
        }
    }

    /// The first signal is an input; the second has its usual effect.
    private func watchSignals() -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [input] in
                signal(number, SIG_DFL)
                input.yield(.interrupted)
            }
            source.resume()
            return source
        }
    }

    private static let linesAhead = 16
}
