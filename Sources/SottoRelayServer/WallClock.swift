// The one place where this target asks what time it is.

import Foundation
import SottoRelayProtocol

enum WallClock {
    static var now: Timestamp {
        Timestamp(milliseconds: UInt64(max(0, Date().timeIntervalSince1970 * 1_000)))
    }
}
