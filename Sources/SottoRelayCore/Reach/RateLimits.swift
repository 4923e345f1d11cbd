// How often one client may do what costs a relay something: buckets that fill with time.

package import SottoRelayProtocol

/// What is counted for each client [REG-5].
package enum RatedAct: CaseIterable, Sendable {
    /// Opening a mailbox, or finding one's own open.
    case register
    /// Opening a lane.
    case openLane
    /// A post to a lane that is open.
    case post
    /// Writing to the directory, or reading it.
    case directory
}

/// How fast one act may come: so many at once, and then so many an hour.
package struct Rate: Sendable, Equatable {
    /// How many may come at once.
    package var burst: Int
    /// How many come back in an hour.
    package var hourly: Int

    /// A rate.
    package init(burst: Int, hourly: Int) {
        self.burst = burst
        self.hourly = hourly
    }
}

/// The rates of one relay.
package struct RateLimits: Sendable, Equatable {
    private var rates: [RatedAct: Rate]

    /// The rates of `spec/relay.md` section 10, with those of registering and opening lanes by the
    /// hour as given; as many may come at once.
    package init(registersHourly: Int = 120, lanesHourly: Int = 1_200, postsHourly: Int = 720_000) {
        rates = [
            .register: Rate(burst: registersHourly, hourly: registersHourly),
            .openLane: Rate(burst: lanesHourly, hourly: lanesHourly),
            .post: Rate(burst: max(1, postsHourly / 60), hourly: postsHourly),
            .directory: Rate(burst: 600, hourly: 3_600),
        ]
    }

    /// The rate of an act.
    package subscript(act: RatedAct) -> Rate { rates[act] ?? Rate(burst: 1, hourly: 1) }
}

/// What clients have left, in memory and bounded in size. Clients that were not seen for long have
/// all of it and are forgotten; when there are too many others, new ones share one bucket.
package struct RateTable: Sendable {
    private struct Key: Hashable {
        let client: ClientAddress?
        let act: RatedAct
    }

    private struct Bucket {
        var left: Double
        var at: Timestamp
    }

    private let limits: RateLimits
    private let clientsMax: Int
    private var buckets: [Key: Bucket] = [:]
    private var swept = Timestamp(milliseconds: 0)

    /// Nobody has done anything yet.
    package init(limits: RateLimits, clientsMax: Int = ReachLimits.ratedClientsMax) {
        self.limits = limits
        self.clientsMax = clientsMax
    }

    /// How many buckets are remembered.
    package var count: Int { buckets.count }

    /// Counts an act of a client.
    ///
    /// - Returns: How long to wait if it is one too many; it is not counted then.
    package mutating func take(
        _ act: RatedAct, by client: ClientAddress, at now: Timestamp
    ) -> Duration? {
        let own = Key(client: client.client, act: act)
        if buckets[own] == nil, buckets.count >= clientsMax { sweep(now) }
        let isKnown = buckets[own] != nil || buckets.count < clientsMax
        let key = isKnown ? own : Key(client: nil, act: act)
        let rate = limits[act]
        var bucket = buckets[key] ?? Bucket(left: Double(rate.burst), at: now)
        bucket.left = filled(bucket, rate, now)
        bucket.at = now
        defer { buckets[key] = bucket }
        guard bucket.left >= 1 else {
            let hours = (1 - bucket.left) / Double(max(rate.hourly, 1))
            return .milliseconds(Int64((hours * 3_600_000).rounded(.up)))
        }
        bucket.left -= 1
        return nil
    }

    private func filled(_ bucket: Bucket, _ rate: Rate, _ now: Timestamp) -> Double {
        let passed = now > bucket.at ? now.milliseconds - bucket.at.milliseconds : 0
        let more = Double(passed) * Double(rate.hourly) / 3_600_000
        return min(Double(rate.burst), bucket.left + more)
    }

    /// Forgets the buckets that are full again; not more often than every second.
    private mutating func sweep(_ now: Timestamp) {
        guard now.milliseconds >= swept.milliseconds + 1_000 || now < swept else { return }
        swept = now
        buckets = buckets.filter { key, bucket in
            filled(bucket, limits[key.act], now) < Double(limits[key.act].burst)
        }
    }
}

extension RelayOperation.Asked {
    /// What it counts as; nothing for what an owner does with its own mailbox.
    package var ratedAct: RatedAct? {
        switch self {
        case .register: .register
        case .post(let post): post.commit?.form == .opensLane ? .openLane : .post
        case .ephemeral, .links: .post
        case .putRecord, .getRecord, .putStock, .takeStock, .countStock, .remove, .evaluate:
            .directory
        default: nil
        }
    }
}
