// What somebody wants to be called.

/// A name of 1 to 64 Unicode scalar values that shows as what it is [CONT-4].
package struct DisplayName: Hashable, Sendable {
    /// The name.
    package let text: String

    /// Takes a name as it is.
    ///
    /// - Throws: `empty` for one of white space and format characters only, `tooLong`, or
    ///   `notPrintable` for control characters, line breaks, and marks that turn the direction of
    ///   writing.
    package init(_ text: String) throws(DisplayNameError) {
        let scalars = text.unicodeScalars
        guard scalars.contains(where: Self.isVisible) else { throw .empty }
        guard scalars.count <= ContentLimits.nameScalarsMax else { throw .tooLong }
        guard scalars.allSatisfy(Self.isPrintable) else { throw .notPrintable }
        self.text = text
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.properties.isWhitespace && scalar.properties.generalCategory != .format
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: !scalar.properties.isBidiControl
        }
    }
}

/// Why a text is no display name.
package enum DisplayNameError: Error, Equatable, Sendable {
    /// There is nothing to see.
    case empty
    /// It has more than 64 Unicode scalar values.
    case tooLong
    /// It has control characters, line breaks, or marks that turn the direction of writing.
    case notPrintable
}
